using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Sidecar.SessionApi.Search.Texts;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Messages;

namespace Sidecar.Tests.SessionApi.Access.Fuzzing;

/// <summary>Everything that reads a transcript: what the list needs, messages in both directions, and what is searched.</summary>
internal static class TranscriptTarget
{
    private const int PageMessages = 7;

    /// <summary>Reads a transcript of these lines. Throws when a reader does, or when what it makes is no JSON.</summary>
    /// <param name="path">Where to write it; what was there is replaced.</param>
    /// <param name="lines">Its lines, without line feeds.</param>
    public static async Task ReadAsync(string path, IEnumerable<byte[]> lines)
    {
        var fold = new TranscriptFold();
        await using (var file = new FileStream(path, FileMode.Create))
        {
            foreach (var line in lines)
            {
                fold.Fold(line);
                file.Write(line);
                file.WriteByte((byte)'\n');
            }
        }

        _ = (fold.Title, fold.ModifiedAt, fold.WorkDirIn(new TranscriptLocation(Path.GetDirectoryName(path)!, Path.GetFileNameWithoutExtension(path))));
        using var handle = TranscriptLineReader.Open(path);
        var length = RandomAccess.GetLength(handle);
        await WriteMessagesAsync(handle, new MessageWindow(0, length, IsAfterNotification: false));
        for (var before = length; before > 0;)
        {
            var page = await MessageWindow.FindAsync(handle, before, PageMessages, CancellationToken.None);
            await WriteMessagesAsync(handle, page);
            before = page.Start < before ? page.Start : throw new InvalidOperationException($"The page before {before} begins at {page.Start}.");
        }

        using var spoken = new SpokenTextReader(handle, default, length);
        while (await spoken.FillAsync(CancellationToken.None))
        {
            while (spoken.TryTake(out _, out _))
            {
            }
        }
    }

    private static async Task WriteMessagesAsync(Microsoft.Win32.SafeHandles.SafeFileHandle file, MessageWindow window)
    {
        var json = new MemoryStream();
        json.WriteByte((byte)'[');
        var output = PipeWriter.Create(json, new StreamPipeWriterOptions(leaveOpen: true));
        var messages = new MessageJsonWriter(output, TimeProvider.System);
        var notifications = await TranscriptMessages.ReadAsync(file, window, message => messages.WriteAsync(message, CancellationToken.None), CancellationToken.None);
        await output.FlushAsync();
        json.WriteByte((byte)']');
        using (JsonDocument.Parse(json.ToArray(), new JsonDocumentOptions { MaxDepth = 1024 }))
        {
        }

        using var writer = new Utf8JsonWriter(new ArrayBufferWriter<byte>());
        writer.WriteStartArray();
        foreach (var notification in notifications.All)
        {
            notification.WriteTo(writer);
        }
    }
}
