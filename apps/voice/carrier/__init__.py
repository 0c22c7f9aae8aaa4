"""A telephone company of our own: places calls as Twilio would, for a caller who rings with a goal."""
