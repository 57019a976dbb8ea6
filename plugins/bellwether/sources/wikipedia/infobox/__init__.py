"""A city's facts out of the infobox of its Wikipedia page: by label and block, whatever the template's year."""
