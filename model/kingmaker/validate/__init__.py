"""Score forecasts of runoffs against what happened, one contest or one party left out."""
