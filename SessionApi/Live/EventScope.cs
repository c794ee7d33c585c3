namespace Sidecar.SessionApi.Live;

/// <summary>Holds a session's gate while one event of its agent is applied; at the end it tells of the turns that the event has ended.</summary>
internal ref struct EventScope(LiveSession session, Lock.Scope gate)
{
    private Lock.Scope _gate = gate;

    public void Dispose()
    {
        session.ReportEnded();
        session.Frames.EndEvent();
        _gate.Dispose();
    }
}
