using Sidecar.SessionApi.Programs;

namespace Sidecar.SessionApi.Files;

/// <summary>
/// Lets ripgrep read the files. Which ones, and what of them counts, is decided here: it gets each file by name, plain text to look for and no
/// configuration, so that the answer is the one of <see cref="ManagedSearch"/>.
/// </summary>
internal sealed class RipgrepSearch(ProgramRunner programs, TimeProvider time)
{
    // Far below what systems take as arguments: Linux 2 MB with the environment, macOS 1 MB, Windows 32 KB.
    private static readonly int MaxArgumentBytes = OperatingSystem.IsWindows() ? 24 * 1024 : 512 * 1024;

    /// <summary>Searches files in their order until enough is found or the deadline has passed.</summary>
    /// <returns>Whether all files were searched, or enough found; null when ripgrep cannot be used for this.</returns>
    public async Task<bool?> SearchAsync(
        string program,
        IReadOnlyList<string> files,
        TextSearchQuery query,
        FoundLines found,
        ProgramSlots slots,
        TimeSpan deadline,
        CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        foreach (var batch in Batches(files))
        {
            var left = deadline - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            var output = new RipgrepOutput(query, found);
            var run = new ProgramRun
            {
                FileName = program,
                Arguments = [.. Options(query), "--", .. batch],
                WorkingDirectory = query.Folder,
                Environment = new Dictionary<string, string?> { ["RIPGREP_CONFIG_PATH"] = null },
                Deadline = left,
            };
            var outcome = await programs.RunAsync(run, slots, output.Take, cancellationToken);
            // 1: nothing was found. 2: a file could not be read, or the call was wrong, which the end of the output tells.
            if (output.IsUnusable || outcome.End == ProgramEnd.NotStarted || outcome is { End: ProgramEnd.Exited, ExitCode: < 0 or > 2 }
                || (outcome.End == ProgramEnd.Exited && !output.HasSummary))
            {
                return null;
            }

            if (found.IsFull)
            {
                return true;
            }

            if (outcome.End == ProgramEnd.TimedOut)
            {
                return false;
            }
        }

        return true;
    }

    // One thread keeps the order. Without mapping, every byte that is searched is also looked at for the NUL of a binary file.
    private static string[] Options(TextSearchQuery query) =>
    [
        "--json", "--no-config", "--no-messages", "--threads=1", "--no-mmap", "--encoding=none", "--fixed-strings",
        query.IsCaseSensitive ? "--case-sensitive" : "--ignore-case",
        "--regexp", query.Text,
    ];

    private static IEnumerable<List<string>> Batches(IReadOnlyList<string> files)
    {
        var (batch, bytes) = (new List<string>(), 0);
        foreach (var file in files)
        {
            // "-" alone would be the standard input.
            var argument = RipgrepOutput.Here + file;
            var length = System.Text.Encoding.UTF8.GetByteCount(argument) + sizeof(long) + 1;
            if (bytes + length > MaxArgumentBytes && batch.Count > 0)
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(argument);
            bytes += length;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
