"""Rules: what is done with an arrival before a person sees it. Conditions, actions, trying, ruling, records."""
