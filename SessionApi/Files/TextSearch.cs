using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Git;
using Sidecar.SessionApi.Programs;
using Sidecar.SessionApi.Transcripts;
using Sidecar.Supervision.Containment;

namespace Sidecar.SessionApi.Files;

/// <summary>
/// Finds the lines of files below a folder that hold a text. In a repository the files are those that git knows or would take; elsewhere all but
/// hidden ones and those in folders of tools. ripgrep reads them when it is there, which is a matter of speed only.
/// </summary>
internal sealed class TextSearch
{
    /// <summary>Larger files are left out: what a person wrote is not that large.</summary>
    public const int MaxFileBytes = 4 * 1024 * 1024;

    // After the time is up the last file is still read to its end.
    private static readonly TimeSpan AfterDeadline = TimeSpan.FromSeconds(2);

    private readonly GitFiles _git;
    private readonly FileReads _files;
    private readonly RipgrepSearch _ripgrep;
    private readonly FolderOptions _options;
    private readonly TimeProvider _time;
    private readonly ProgramSlots _slots;

    public TextSearch(
        GitFiles git, FileReads files, RipgrepSearch ripgrep, IOptions<FolderOptions> options, BoundRegistry bounds, TimeProvider time)
    {
        (_git, _files, _ripgrep, _options, _time) = (git, files, ripgrep, options.Value, time);
        _slots = new ProgramSlots(
            bounds.Add("files.searches", "{search}", "Searches for text in files that go on.", _options.MaxSearches),
            bounds.Add("files.waiting_searches", "{search}", "Searches for text that wait for their turn.", _options.MaxWaitingSearches));
    }

    /// <summary>Searches.</summary>
    /// <exception cref="ApiErrorException">404: the folder does not exist.</exception>
    public async Task<TextMatches> SearchAsync(TextSearchQuery query, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var (files, isListCut) = await ListAsync(query, cancellationToken);
        var found = new FoundLines(query.MaxResults);
        bool? isWhole = null;
        if (_options.RipgrepCommand.Length > 0 && ExecutablePath.Find(_options.RipgrepCommand, Environment.GetEnvironmentVariable("PATH")) is { } program)
        {
            isWhole = await _ripgrep.SearchAsync(program, files, query, found, _slots, _options.SearchTimeout - _time.GetElapsedTime(started), cancellationToken);
        }

        if (isWhole is null)
        {
            found = new FoundLines(query.MaxResults);
            isWhole = await SearchManagedAsync(files, query, found, started, cancellationToken);
        }

        return new TextMatches(found.Matches, found.Matches.Count) { Truncated = found.IsFull || isListCut || isWhole == false ? true : null };
    }

    private async Task<bool> SearchManagedAsync(
        IReadOnlyList<string> files, TextSearchQuery query, FoundLines found, long started, CancellationToken cancellationToken)
    {
        using var slot = await _slots.TakeAsync(cancellationToken);
        return await _files.RunAsync(
            token => ManagedSearch.Search(
                files, query, found, () => token.IsCancellationRequested || _time.GetElapsedTime(started) > _options.SearchTimeout),
            _options.SearchTimeout + AfterDeadline,
            cancellationToken);
    }

    private async Task<(IReadOnlyList<string> Files, bool IsCut)> ListAsync(TextSearchQuery query, CancellationToken cancellationToken)
    {
        if (!await _files.RunAsync(_ => Directory.Exists(query.Folder), cancellationToken))
        {
            throw new ApiErrorException(ApiError.NotFound($"cwd does not exist or is not a folder: {query.Folder}"));
        }

        var known = await _git.ListAsync(query.Folder, cancellationToken);
        return await _files.RunAsync(
            token =>
            {
                var isCut = new StrongBox<bool>(known is { IsCut: true } || known?.Paths.Count > _options.MaxVisited);
                var paths = known?.Paths.Take(_options.MaxVisited)
                    ?? FolderWalk.Through(query.Folder, showsHidden: false, _options.MaxVisited, isCut, token)
                        .Where(entry => !entry.IsDirectory).Select(entry => entry.Path);
                string[] searched =
                [
                    .. paths.Where(path => query.Files?.Matches(path) != false && IsSearched(Path.Combine(query.Folder, path), token))
                        .Order(StringComparer.Ordinal),
                ];
                return (searched, isCut.Value);
            },
            cancellationToken);
    }

    // A link is not followed, and a pipe would wait for its writer.
    private static bool IsSearched(string path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return FileLook.At(path) is { Kind: FileKind.Regular, Stamp.Length: <= MaxFileBytes };
    }
}
