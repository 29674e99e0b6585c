-- What deserved a look in a run, and refused nothing: a JSON list of sentences. None for runs from before.
ALTER TABLE run ADD COLUMN warnings text;
