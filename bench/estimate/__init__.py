"""What trainings are expected to take, beside what they take."""
