"""What the bot does: functions (services, ask), one module a feature, joined in one table under an enum of names."""
