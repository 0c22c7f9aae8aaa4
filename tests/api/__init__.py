"""The REST API as a whole: its documentation, every address for every role, programs written by others."""
