"""The evidence of an experiment, as a stranger hands it in: is it sound, and do its results come out again?"""
