"""The sources: one network each, turned into sightings."""
