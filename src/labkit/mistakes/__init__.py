"""Wrong answers that are known by name: reading them, proving that the tests catch them, recognising them."""
