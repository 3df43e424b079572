"""Operations of members: claims, authorisations, coming in and going out."""
