"""The promises of this program as figures: ``python -m tests.assurance`` measures them and says what was not measured."""
