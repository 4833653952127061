"""What must outlive the process: accepted commands, replays, preferences, past look-ups, feedback.

Whatever a person wrote or was told is sealed (``sealing``); only ids, times and outcomes stand in the clear.
"""
