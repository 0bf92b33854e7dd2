"""Our own copies of images of other sites: fetched, decoded in a process of its own, and stored."""
