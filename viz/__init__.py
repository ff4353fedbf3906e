"""What is seen: figures and the one-page report. Import the files themselves: matplotlib is slow to load."""
