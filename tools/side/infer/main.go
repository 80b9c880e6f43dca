// The provider of framework/examples/notes, written with infer.
package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
)

func main() {
	provider, err := infer.NewProviderBuilder().
		WithDescription("Notes as code.").
		WithConfig(infer.Config(&Config{})).
		WithResources(infer.Resource(&Note{})).
		Build()
	if err == nil {
		err = provider.Run(context.Background(), "notes", "1.0.0")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type Config struct {
	File     string `pulumi:"file,optional"`
	notebook *Notebook
}

func (c *Config) Annotate(a infer.Annotator) {
	a.Describe(&c.File, "The file of the notebook.")
	a.SetDefault(&c.File, "notes.json")
}

func (c *Config) Configure(context.Context) error {
	c.notebook = &Notebook{file: c.File}
	return nil
}

func notebook(ctx context.Context) *Notebook {
	return infer.GetConfig[*Config](ctx).notebook
}

type Note struct{}

func (n *Note) Annotate(a infer.Annotator) {
	a.SetToken("index", "Note")
	a.Describe(&n, "A note in the notebook.")
}

type NoteArgs struct {
	Title    string   `pulumi:"title" provider:"replaceOnChanges"`
	Text     string   `pulumi:"text"`
	Tags     []string `pulumi:"tags,optional"`
	Password *string  `pulumi:"password,optional" provider:"secret"`
}

func (n *NoteArgs) Annotate(a infer.Annotator) {
	a.Describe(&n.Title, "The title.")
	a.Describe(&n.Text, "The text.")
	a.Describe(&n.Tags, "Words to find the note by, in any order.")
	a.Describe(&n.Password, "Protects the note.")
}

type NoteState struct {
	NoteArgs
	Revision int `pulumi:"revision"`
}

func (n *NoteState) Annotate(a infer.Annotator) {
	a.Describe(&n.Revision, "The number of changes.")
}

func (*Note) Check(ctx context.Context, req infer.CheckRequest) (infer.CheckResponse[NoteArgs], error) {
	args, failures, err := infer.DefaultCheck[NoteArgs](ctx, req.NewInputs)
	// An unknown title is empty in args.
	if title := req.NewInputs.Get("title"); title.IsString() && title.AsString() == "" {
		failures = append(failures, p.CheckFailure{Property: "title", Reason: "the title is empty"})
	}
	return infer.CheckResponse[NoteArgs]{Inputs: args, Failures: failures}, err
}

func (*Note) Diff(_ context.Context, req infer.DiffRequest[NoteArgs, NoteState]) (infer.DiffResponse, error) {
	diff := map[string]p.PropertyDiff{}
	if req.Inputs.Title != req.State.Title {
		diff["title"] = p.PropertyDiff{Kind: p.UpdateReplace}
	}
	if req.Inputs.Text != req.State.Text {
		diff["text"] = p.PropertyDiff{Kind: p.Update}
	}
	if !slices.Equal(sorted(req.Inputs.Tags), sorted(req.State.Tags)) {
		diff["tags"] = p.PropertyDiff{Kind: p.Update}
	}
	if value(req.Inputs.Password) != value(req.State.Password) {
		diff["password"] = p.PropertyDiff{Kind: p.Update}
	}
	return infer.DiffResponse{HasChanges: len(diff) > 0, DetailedDiff: diff}, nil
}

func sorted(tags []string) []string {
	return slices.Sorted(slices.Values(tags))
}

func value(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func (*Note) Create(
	ctx context.Context, req infer.CreateRequest[NoteArgs],
) (infer.CreateResponse[NoteState], error) {
	found, err := notebook(ctx).Find(req.Inputs.Title)
	if err == nil && found != nil {
		err = fmt.Errorf("%s already exists in the notebook", req.Inputs.Title)
	}
	if err != nil || req.DryRun {
		return infer.CreateResponse[NoteState]{ID: req.Inputs.Title, Output: NoteState{NoteArgs: req.Inputs}}, err
	}
	state, err := save(ctx, req.Inputs)
	return infer.CreateResponse[NoteState]{ID: req.Inputs.Title, Output: state}, err
}

func (*Note) Read(
	ctx context.Context, req infer.ReadRequest[NoteArgs, NoteState],
) (infer.ReadResponse[NoteArgs, NoteState], error) {
	found, err := notebook(ctx).Find(req.ID)
	if err != nil || found == nil {
		return infer.ReadResponse[NoteArgs, NoteState]{}, err
	}
	state := observed(*found, req.State.Password)
	return infer.ReadResponse[NoteArgs, NoteState]{ID: req.ID, Inputs: state.NoteArgs, State: state}, nil
}

func (*Note) Update(
	ctx context.Context, req infer.UpdateRequest[NoteArgs, NoteState],
) (infer.UpdateResponse[NoteState], error) {
	if req.DryRun {
		return infer.UpdateResponse[NoteState]{Output: NoteState{req.Inputs, req.State.Revision}}, nil
	}
	state, err := save(ctx, req.Inputs)
	return infer.UpdateResponse[NoteState]{Output: state}, err
}

func (*Note) Delete(ctx context.Context, req infer.DeleteRequest[NoteState]) (infer.DeleteResponse, error) {
	return infer.DeleteResponse{}, notebook(ctx).Remove(req.ID)
}

func save(ctx context.Context, args NoteArgs) (NoteState, error) {
	saved, err := notebook(ctx).Save(
		StoredNote{Title: args.Title, Text: args.Text, Tags: args.Tags, Password: args.Password},
	)
	return observed(saved, args.Password), err
}

// observed returns the state of a note. The notebook never returns the password, so the state keeps it.
func observed(note StoredNote, password *string) NoteState {
	return NoteState{NoteArgs{note.Title, note.Text, note.Tags, password}, note.Revision}
}
