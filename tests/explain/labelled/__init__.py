"""The labelled answers: what an explanation must say of each, told from the contract alone."""
