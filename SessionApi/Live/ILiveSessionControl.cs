using Sidecar.SessionApi.Errors;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// What the REST surface must tell the live side when a session is deleted. The order is: <see cref="BeginDeleteAsync"/>,
/// remove the transcript, then <see cref="CompleteDelete"/>, or <see cref="RollBackDelete"/> when the transcript was not removed.
/// </summary>
internal interface ILiveSessionControl
{
    /// <summary>Marks the session as deleted, so that nothing can start for it any more, and stops its agent process.</summary>
    /// <exception cref="ApiErrorException">It is refused: too much waits for this session's agent. What was marked before still is, and nothing else.</exception>
    Task BeginDeleteAsync(string sessionId, CancellationToken cancellationToken);

    /// <summary>Closes the session's client sockets (code 1000, reason <c>session deleted</c>) and releases its state.</summary>
    void CompleteDelete(string sessionId);

    /// <summary>Takes the mark back: the session still exists.</summary>
    void RollBackDelete(string sessionId);
}
