"""The nbgrader course that instructors work in: assembled from the checkout, graded by the isolated grader."""
