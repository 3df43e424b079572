"""Words everybody shares: identifiers, written form of names, periods, working days, money, masking, actors, errors.

Pure Python: no Django, no clock, no settings, no columnar library.
"""
