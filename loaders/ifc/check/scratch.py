"""Names of the files the children of a check leave in the scratch folder, for the next one and for us."""

IDENTITIES = "identities.json"
BODIES = "bodies.json"
OUTCOMES = "outcomes.json"
IDS_OUTCOMES = "ids.json"
