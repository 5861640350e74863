"""Programmes as conferences' own tools export them: Frab and pretalx, iCalendar, Devoxx."""
