using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.History.Files;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Rewriting;

namespace Sidecar.SessionApi.History;

/// <summary>
/// Goes back to before a message: the files get what they held then, and the message goes with all that came after it. First the agent is
/// stopped, then the files, then the transcript in one step; when one of them fails, the ones before it are undone.
/// </summary>
internal sealed class SessionRewind(
    TranscriptStore store, SessionCatalog catalog, TranscriptRoot root, IAgentAbsence agents, RewriteSteps steps, TimeProvider time)
{
    /// <summary>What would happen, or what has.</summary>
    /// <exception cref="ApiErrorException">There is no such session or message, it says something else, or its files cannot be brought back.</exception>
    public Task<RewindView> RunAsync(string sessionId, RewindRequest request, CancellationToken cancellationToken)
    {
        if (store.Locate(sessionId) is null)
        {
            throw new ApiErrorException(ApiError.SessionNotFound(sessionId));
        }

        // Once it has begun to change things it goes on to the end, whether or not the client still waits.
        return request.DryRun
            ? PreviewAsync(sessionId, request, cancellationToken)
            : agents.WithoutAgentAsync(sessionId, () => GoBackAsync(sessionId, request), cancellationToken);
    }

    private async Task<RewindView> PreviewAsync(string sessionId, RewindRequest request, CancellationToken cancellationToken) =>
        (await PlanAsync(sessionId, request, cancellationToken)).View;

    private async Task<RewindView> GoBackAsync(string sessionId, RewindRequest request)
    {
        await store.SettlePlaceholderAsync(sessionId, CancellationToken.None);
        var plan = await PlanAsync(sessionId, request, CancellationToken.None);
        if (request.RestoresFiles && !plan.View.RestoreAvailable)
        {
            throw new ApiErrorException(ApiError.BadRequest(
                $"The files cannot be brought back: {plan.View.Code.Reason} Use mode \"conversation\" to go back without them."));
        }

        using var journal = request.RestoresFiles && plan.Files.Count > 0 ? Keep(sessionId, plan) : null;
        IReadOnlyList<string> removed = [];
        try
        {
            journal?.Apply(steps);
            await catalog.WriteAsync(
                plan.Location,
                async _ => removed = await HistoryTrim.RewriteAsync(plan.Location.MainPath, plan.Removal, steps),
                CancellationToken.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var left = journal is null ? [] : await journal.RollBackAsync();
            throw new ApiErrorException(ApiError.Conflict(left.Count == 0
                ? $"Nothing was changed, because not all could be: {failure.Message}"
                : $"It failed half-way: {failure.Message} What {string.Join(", ", left)} held before is in {journal!.Folder}."));
        }

        journal?.Complete();
        TranscriptReplacement.RemoveLeftovers(plan.Location.Directory, HistoryTrim.Leftovers, time.GetUtcNow());
        return plan.View with { Conversation = new ConversationView(removed.Count, removed), Mode = request.Mode };
    }

    private RestoreJournal Keep(string sessionId, Plan plan)
    {
        try
        {
            return RestoreJournal.Create(RestoreRecovery.FolderIn(root), sessionId, plan.View.Target.TargetUserMessageId, plan.Files);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ApiErrorException(ApiError.Conflict($"Nothing was changed, because what the files hold could not be kept: {failure.Message}"));
        }
    }

    private async Task<Plan> PlanAsync(string sessionId, RewindRequest request, CancellationToken cancellationToken)
    {
        if (store.Locate(sessionId) is not { } location || await store.FindAsync(sessionId, cancellationToken) is not { } facts)
        {
            throw new ApiErrorException(ApiError.SessionNotFound(sessionId));
        }

        var history = await HistoryReader.ReadAsync(location, cancellationToken);
        var turn = request.Target.FindIn(history);
        if (request.ExpectedContent is { } expected
            && (await HistoryTarget.TextAsync(location.CurrentPath, turn, cancellationToken)).Trim() != expected.Trim())
        {
            throw new ApiErrorException(ApiError.BadRequest("expectedContent is not what the message says; the conversation has changed. Reload it."));
        }

        var files = SessionFiles.Of(root, facts, history);
        var changes = new FileTimeline(history, files).Since(turn);
        var (code, differing) = await CodePreview.OfAsync(changes, cancellationToken);
        var removal = history.RemovalOf(turn);
        var view = new RewindView(
            TargetView.Of(history, turn),
            new ConversationView(removal.Shown.Count),
            code,
            RestoreAvailable: changes?.Missing is null,
            ChangeSources.Of(history.Turns.Skip(turn.Index), changes));
        return new Plan(location, removal, differing, view);
    }

    private sealed record Plan(TranscriptLocation Location, HistoryRemoval Removal, IReadOnlyList<FileChange> Files, RewindView View);
}
