namespace Sidecar.AppHost.Demo;

/// <summary>A made-up project: what lies in its working directory and what is talked about there.</summary>
/// <param name="Name">The name of its folder.</param>
/// <param name="Language">Of its code, as after three backticks.</param>
/// <param name="Files">Its files; the first one is read and changed in the sessions.</param>
/// <param name="Edit">The change: what is replaced in the first file, and by what.</param>
/// <param name="Check">The command that tests it.</param>
/// <param name="CheckOutput">What that says when all is well.</param>
/// <param name="Failure">What it says when all is not.</param>
/// <param name="Wishes">What a person asks for; one session for each.</param>
internal sealed record DemoProject(
    string Name,
    string Language,
    IReadOnlyList<(string Path, string Text)> Files,
    (string Old, string New) Edit,
    string Check,
    string CheckOutput,
    string Failure,
    IReadOnlyList<(string Title, string Request)> Wishes);
