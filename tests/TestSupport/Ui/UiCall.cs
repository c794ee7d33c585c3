using System.Text.Json;

namespace Sidecar.Tests.TestSupport.Ui;

/// <summary>One call of a user interface and its answer.</summary>
/// <param name="Step">The part of the sequence that it belongs to.</param>
/// <param name="Name">Method and path.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="ContentType">What the answer is.</param>
/// <param name="Elapsed">From the request to the last byte of the answer.</param>
/// <param name="Body">The answer; undefined when it is no JSON.</param>
public sealed record UiCall(string Step, string Name, int Status, string? ContentType, TimeSpan Elapsed, JsonElement Body);
