"""The composition root: settings in, running parts out. The only place where parts meet; ``bot`` is the whole of it."""
