using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.History.Files;

/// <summary>
/// The states of files that a CLI kept before each turn. It writes a line when a turn begins, with every file that it knows by then, and
/// another one when the turn is about to change a file that it did not know:
/// <code>
/// {"type":"file-history-snapshot","messageId":M,"snapshot":{"messageId":M,"trackedFileBackups":{PATH:BACKUP},"timestamp":…},"isSnapshotUpdate":false}
/// {"type":"file-history-delta","messageId":M,"trackingPath":PATH,"backup":BACKUP}
/// </code>
/// A path is relative to the session's directory or absolute. BACKUP is <c>{"backupFileName":NAME,"version":1,"backupTime":…}</c>; a null
/// NAME says that the file did not exist.
/// </summary>
internal sealed class FileCheckpoints
{
    // A CLI keeps 100 of them. What is older cannot be gone back to.
    private const int MaxCheckpoints = 1000;

    // Files that one checkpoint knows; with more it says nothing about them.
    private const int MaxFiles = 2000;

    private readonly Dictionary<EntryKey, FileCheckpoint> _byMessage = [];
    private readonly Queue<EntryKey> _oldestFirst = new();
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    public static bool IsCheckpoint(ReadOnlySpan<byte> line, in TranscriptLine entry) =>
        entry.Type.IsText(line, "file-history-snapshot"u8) || entry.Type.IsText(line, "file-history-delta"u8);

    /// <summary>The message that a checkpoint's line is about; null when it names none.</summary>
    public static EntryKey? MessageOf(ReadOnlySpan<byte> json)
    {
        var line = default(CheckpointLine);
        line.Read(json, json.IndexOf((byte)'{'));
        return line.Message;
    }

    /// <summary>The states before a message; null when none were kept.</summary>
    public FileCheckpoint? Find(EntryKey message) => _byMessage.GetValueOrDefault(message);

    /// <summary>Takes a checkpoint's line.</summary>
    /// <param name="json">The object.</param>
    /// <param name="isWhole">False when parts of it were left out for its length.</param>
    public void Take(ReadOnlySpan<byte> json, bool isWhole)
    {
        var line = default(CheckpointLine);
        line.Read(json, json.IndexOf((byte)'{'));
        if (line.Message is not { } message)
        {
            return;
        }

        if (!_byMessage.TryGetValue(message, out var checkpoint))
        {
            checkpoint = _byMessage[message] = new FileCheckpoint();
            _oldestFirst.Enqueue(message);
            if (_oldestFirst.Count > MaxCheckpoints)
            {
                _byMessage.Remove(_oldestFirst.Dequeue());
            }
        }

        checkpoint.IsWhole &= isWhole;
        if (line.Path.Length > 0)
        {
            Add(checkpoint, json, line.Path, line.Backup);
        }

        if (line.Files.IsPresent)
        {
            var files = new JsonObjectWalker(json[..(line.Files.Start + line.Files.Length)], line.Files.Start);
            while (files.Next(out var path, out var backup))
            {
                Add(checkpoint, json, path, backup);
            }
        }
    }

    private void Add(FileCheckpoint checkpoint, ReadOnlySpan<byte> json, ReadOnlySpan<byte> path, JsonSlice backup)
    {
        if (checkpoint.Files.Count >= MaxFiles)
        {
            checkpoint.IsWhole = false;
            return;
        }

        if (!backup.IsPresent || json[backup.Start] != '{')
        {
            return;
        }

        var members = new JsonObjectWalker(json[..(backup.Start + backup.Length)], backup.Start);
        while (members.Next(out var name, out var value))
        {
            if (name.SequenceEqual("backupFileName"u8))
            {
                var kept = value.Text(json);
                checkpoint.Files[Shared(JsonText.Decode([(byte)'"', .. path, (byte)'"']))] = new FileState(kept is null ? null : Shared(kept));
            }
        }
    }

    // Every checkpoint repeats the files of the one before.
    private string Shared(string text)
    {
        if (_texts.TryGetValue(text, out var known))
        {
            return known;
        }

        _texts[text] = text;
        return text;
    }

    private ref struct CheckpointLine
    {
        public EntryKey? Message;
        public ReadOnlySpan<byte> Path;
        public JsonSlice Backup;
        public JsonSlice Files;

        // The snapshot's own messageId is the turn's; the line's is that of the entry which was written last.
        public void Read(ReadOnlySpan<byte> json, int start)
        {
            EntryKey? ofLine = null;
            var members = new JsonObjectWalker(json, start);
            while (members.Next(out var name, out var value))
            {
                switch (name.Length)
                {
                    case 6 when name.SequenceEqual("backup"u8): Backup = value; break;
                    case 8 when name.SequenceEqual("snapshot"u8) && json[value.Start] == '{': Read(json[..(value.Start + value.Length)], value.Start); break;
                    case 9 when name.SequenceEqual("messageId"u8) && value.IsText(json): ofLine = EntryKey.Of(value.In(json)[1..^1]); break;
                    case 12 when name.SequenceEqual("trackingPath"u8) && value.IsText(json): Path = value.In(json)[1..^1]; break;
                    case 18 when name.SequenceEqual("trackedFileBackups"u8) && json[value.Start] == '{': Files = value; break;
                }
            }

            Message ??= ofLine;
        }
    }
}

/// <summary>The states of files before one turn.</summary>
internal sealed class FileCheckpoint
{
    /// <summary>By path, as the CLI writes it.</summary>
    public Dictionary<string, FileState> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>False when there were more files than are remembered.</summary>
    public bool IsWhole { get; set; } = true;
}

/// <param name="Backup">The name of the file that holds the content; null when the file did not exist.</param>
internal readonly record struct FileState(string? Backup);
