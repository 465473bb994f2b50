"""Making the course directory: assignments, gradebook, configuration, and the students' zip."""
