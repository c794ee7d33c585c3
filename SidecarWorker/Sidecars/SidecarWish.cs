namespace Sidecar.SidecarWorker.Sidecars;

/// <summary>What is wanted of a sidecar.</summary>
internal enum Wish
{
    /// <summary>It runs.</summary>
    Run,

    /// <summary>It does not run.</summary>
    Rest,

    /// <summary>It does not run, because it could not be kept running.</summary>
    GiveUp,
}

/// <summary>What is wanted of a sidecar, and what interrupts its loop when that changes.</summary>
internal sealed class SidecarWish(Wish first)
{
    private readonly Lock _gate = new();
    private CancellationTokenSource _interrupt = new();
    private Wish _wish = first;
    private bool _isEnding;

    /// <summary>The worker stops: nothing is wanted any more.</summary>
    public bool IsEnding
    {
        get
        {
            lock (_gate)
            {
                return _isEnding;
            }
        }
    }

    /// <summary>What is wanted now.</summary>
    public Wish Current
    {
        get
        {
            lock (_gate)
            {
                return _isEnding ? Wish.Rest : _wish;
            }
        }
    }

    /// <summary>Wants something, and interrupts whatever the loop waits for.</summary>
    /// <param name="wish">What is wanted.</param>
    /// <param name="changes">Whether it changes what was wanted before; when it does not, nothing happens.</param>
    /// <returns>Whether it did.</returns>
    public bool Change(Wish wish, Func<Wish, bool> changes)
    {
        lock (_gate)
        {
            if (_isEnding || !changes(_wish))
            {
                return false;
            }

            _wish = wish;
            Interrupt();
            return true;
        }
    }

    /// <summary>The loop gives up, unless somebody has wanted something meanwhile.</summary>
    public void GiveUp(CancellationToken interrupted)
    {
        lock (_gate)
        {
            _wish = interrupted.IsCancellationRequested ? _wish : Wish.GiveUp;
        }
    }

    /// <summary>Ends the loop.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isEnding = true;
            Interrupt();
        }
    }

    /// <summary>What interrupts the loop's next round; null when there is to be none.</summary>
    public CancellationToken? NextRound()
    {
        lock (_gate)
        {
            if (_interrupt.IsCancellationRequested)
            {
                _interrupt = new CancellationTokenSource();
            }

            return _isEnding ? null : _interrupt.Token;
        }
    }

    // Not awaited: what the loop does next must not run under our gate.
    private void Interrupt() => _ = _interrupt.CancelAsync();
}
