using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sidecar.AppHost.Demo;

/// <summary>The kinds of turns that a made-up session is put together from.</summary>
internal sealed class DemoTurns(DemoTranscript transcript, DemoProject project, string workDir)
{
    private const string Todos =
        """{"todos":[{"content":"Understand what there is","status":"completed","activeForm":"Understanding what there is"},""" +
        """{"content":"Make the smallest change","status":"in_progress","activeForm":"Making the smallest change"},""" +
        """{"content":"Check it","status":"pending","activeForm":"Checking it"}]}""";

    private readonly (string Path, string Text) _file = project.Files[0];

    public void Explain(string request)
    {
        transcript.User(request);
        transcript.Thinking($"I should read {_file.Path} before I say anything about it.");
        Read();
        transcript.Text($"""
            ## How it works

            All of it happens in `{_file.Path}`:

            1. It takes what it is given **as it is**, without checking it.
            2. It goes through it once, in order.
            3. What comes out is handed on at once.

            ```{project.Language}
            {project.Edit.Old}
            ```

            > The weak place is the part above: nothing in it expects that something goes wrong.

            Tell me if you would like me to change it.
            """);
    }

    public void Change(string request)
    {
        transcript.User(request);
        transcript.Thinking("The change is small. I look at the file, make it, and run the checks.");
        transcript.Text("I will look at the code first.");
        Read();
        transcript.Tool("Edit", Json(("file_path", Path.Combine(workDir, _file.Path)), ("old_string", project.Edit.Old), ("new_string", project.Edit.New)),
            $"The file {Path.Combine(workDir, _file.Path)} has been updated.");
        Check();
        transcript.Text($"""
            Done. `{_file.Path}` now reads:

            ```{project.Language}
            {project.Edit.New}
            ```

            - The **behaviour** for good input is the same as before.
            - `{project.Check}` has passed.
            """);
    }

    public void Fail(string request)
    {
        transcript.User(request);
        transcript.Tool("Bash", Json(("command", project.Check), ("description", "Runs the checks")), $"Exit code 1\n{project.Failure}", isError: true);
        transcript.Thinking("One check fails now. It looks as if it expects the old behaviour.");
        transcript.Text("One check fails; it was written for the old behaviour. I adapt it and run all of them once more.");
        Check();
        transcript.Text("All green now. ✅");
    }

    public void Plan(string request)
    {
        transcript.User(request);
        transcript.Thinking("There are several ways. I should compare them and propose small steps.");
        transcript.Tool("TodoWrite", Todos, "Todos have been modified successfully.");
        transcript.Text($"""
            # Plan

            ## Ways to do it

            | Way | Effort | Risk |
            |---|:---:|---|
            | Change `{_file.Path}` in place | small | low |
            | Put a layer in front of it | medium | low |
            | Write it anew | large | **high** |

            ## Steps

            1. Write down what it does today, as a test.
            2. Change `{_file.Path}` in place.
            3. Run `{project.Check}`.

            I would take the first way:

            ```{project.Language}
            {project.Edit.New}
            ```
            """);
    }

    public void Search(string request)
    {
        transcript.User(request);
        transcript.Tool("Grep", Json(("pattern", "TODO|FIXME"), ("path", workDir), ("output_mode", "files_with_matches")), "No files found");
        transcript.Tool("Bash", Json(("command", "ls -R"), ("description", "Lists all files")), string.Join('\n', project.Files.Select(file => file.Path)));
        Read();
        transcript.Text($"""
            I have looked through all {project.Files.Count} files:

            {string.Join('\n', project.Files.Select(file => $"- `{file.Path}` ({file.Text.Length} characters)"))}

            What you ask about is decided in `{_file.Path}`, and nowhere else.
            """);
    }

    public void Table(string request)
    {
        transcript.User(request);
        transcript.Text($"""
            ### Summary

            | File | What | Checked |
            |---|---|:---:|
            | `{_file.Path}` | the change itself | ✅ |
            | `{project.Files[^1].Path}` | a sentence about it | – |

            Next I would write one more test, and then leave it alone.
            """);
    }

    public void Write(string request)
    {
        transcript.User(request);
        transcript.Tool("Write", Json(("file_path", Path.Combine(workDir, "NOTES.md")), ("content", $"# Notes\n\n- `{_file.Path}` was changed; `{project.Check}` passes.\n")),
            $"File created successfully at: {Path.Combine(workDir, "NOTES.md")}");
        transcript.Text("The note is in `NOTES.md`, two lines that say what and why.");
    }

    /// <summary>A short turn of a very long session: five messages.</summary>
    public void Step(int number)
    {
        transcript.User($"Step {number}: go on, please.");
        transcript.Thinking($"Step {number} follows from the one before.");
        Check();
        transcript.Text($"Step **{number}** is done, and `{project.Check}` still passes. Next is step {number + 1}.");
    }

    private void Read()
    {
        var lines = _file.Text.TrimEnd().Split('\n').Select((line, i) => $"{i + 1,6}→{line}");
        transcript.Tool("Read", Json(("file_path", Path.Combine(workDir, _file.Path))), string.Join('\n', lines));
    }

    private void Check() => transcript.Tool("Bash", Json(("command", project.Check), ("description", "Runs the checks")), project.CheckOutput);

    private static string Json(params (string Name, string Value)[] members) => $"{{{string.Join(',', members.Select(member =>
        $"\"{member.Name}\":\"{JsonEncodedText.Encode(member.Value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\""))}}}";
}
