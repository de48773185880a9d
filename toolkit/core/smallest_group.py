"""How many rows, or people, stand at the least behind what is published; of fewer it is withheld."""

OF_PEOPLE = 2  # rows of a dataset that tells of people
OF_PRIVATE = 5  # rows of a private dataset, where its declaration says no other `smallest_group`
OF_LOG = 5  # people of a real usage log
