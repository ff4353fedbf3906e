"""The workshop app: a page on which a room changes a rule and sees the town change. Import the files themselves: Solara is slow to load."""
