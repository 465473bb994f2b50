"""What is handed in, on its way into nbgrader: taken in, read as data, and made anew from the release."""
