using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Search.Index;

internal sealed partial class SearchIndex
{
    // Less is not worth a rewrite.
    private const long LeastGarbageBytes = 4 * 1024 * 1024;

    /// <summary>Lets sessions go when there are too many, and rewrites the file when much of it no longer counts.</summary>
    /// <param name="oldestFirst">The paths of all transcripts.</param>
    public void Tidy(IEnumerable<string> oldestFirst)
    {
        if (bounds.IndexBytes.Used > options.Value.MaxBytes)
        {
            // More than has to: the next line that somebody says must not cost another rewrite.
            foreach (var path in oldestFirst)
            {
                if (HasRoom)
                {
                    break;
                }

                _sessions.Drop(path);
            }
        }

        var garbage = _file is null ? 0 : _file.Length - bounds.IndexBytes.Used;
        if (garbage > Math.Max(LeastGarbageBytes, bounds.IndexBytes.Used / 2) || (garbage > options.Value.MaxBytes / 20 && _file!.Length > options.Value.MaxBytes))
        {
            TryRewrite();
        }
    }

    private void TryRewrite()
    {
        try
        {
            Rewrite();
        }
        catch (InvalidDataException damaged)
        {
            // The next opening cuts off what is damaged.
            GiveUp(IndexStorageKind.Unavailable, $"The search index is damaged and is opened anew: {damaged.Message}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.NotRewritten(logger, failure);
        }
    }

    private void Rewrite()
    {
        var beside = FilePath + ".new";
        var file = SearchFile.Create(beside);
        IReadOnlyList<KeyValuePair<string, IndexedSession>> copies;
        try
        {
            copies = _sessions.CopyTo(file);
            File.Move(beside, FilePath, overwrite: true);
        }
        catch
        {
            file.Dispose();
            File.Delete(beside);
            throw;
        }

        _sessions.Replace(copies);

        // A search that is reading a session there reads its transcript instead.
        _file!.Dispose();
        _file = file;
    }
}
