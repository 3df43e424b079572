"""Rules of procedures: what a declaration must hold to, how clocks count."""
