"""Stories of people at a real browser, from the first page to money and back."""
