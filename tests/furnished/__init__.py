"""A studio with everything in it, and where each page of it stands, in each of its states.

For tests of what all pages have in common. No text in it has a word of the glossary, and none is
long: whatever a page says beyond that, it says itself.
"""
