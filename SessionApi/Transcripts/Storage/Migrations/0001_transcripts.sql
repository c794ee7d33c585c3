-- One row for each transcript. The stamps say whether its files are still what was read; 0 in all three: no such file.
-- "state" is where the reading stopped and what the list needs (StoredTranscript.cs). It ends with a checksum.
CREATE TABLE transcripts (
    project TEXT NOT NULL, -- the name of the project directory
    id TEXT NOT NULL, -- the file name without its extension
    main_length INTEGER NOT NULL,
    main_modified INTEGER NOT NULL, -- ticks of 100 ns since year 1, UTC
    main_inode INTEGER NOT NULL,
    aside_length INTEGER NOT NULL,
    aside_modified INTEGER NOT NULL,
    aside_inode INTEGER NOT NULL,
    state BLOB NOT NULL,
    PRIMARY KEY (project, id)
) STRICT, WITHOUT ROWID;
