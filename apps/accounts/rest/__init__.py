"""How resources are served over REST: lists, records, entity tags, and what the documentation says of all of them."""
