"""What operators' programs ask: is it alive, is it ready, how much of what. No personal data, no names, no paths with codes."""
