"""Rules: what is done with an arrival before a person sees it.

`conditions` has the one predicate by which rules are asked: at an import, in a trial, in the shadow. `actions` says
what a rule does, `arrivals` what all rules make of one arrival, `trial` what a rule would make of the articles there.
"""
