"""The use cases behind the ways in: an accepted command → what is answered. One file a story."""
