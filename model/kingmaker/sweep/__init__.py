"""Run many contests, behaviours and parameters; stop, resume, spread over machines, collect."""
