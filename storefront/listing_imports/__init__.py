"""Many listings at once: files that are compared, imported and undone, and exports."""
