"""Learn the parameters that contests share from simulated draws and what was observed."""
