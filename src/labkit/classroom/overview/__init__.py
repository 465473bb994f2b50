"""The instructor's page: how the class did, what went wrong most, and who needs attention."""
