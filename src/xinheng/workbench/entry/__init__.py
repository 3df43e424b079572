"""Typing one record by hand: a form made from the item's declaration, a review, a receipt."""
