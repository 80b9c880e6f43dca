package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"sync"
)

// StoredNote is a note in the file.
type StoredNote struct {
	Title    string   `json:"title"`
	Text     string   `json:"text"`
	Tags     []string `json:"tags"`
	Password *string  `json:"password,omitempty"`
	Revision int      `json:"revision"`
}

// Notebook is the API: notes in a JSON file, each under its title. The provider calls it from several goroutines.
type Notebook struct {
	file string
	lock sync.Mutex
}

// Find returns a note without its password, or nil.
func (n *Notebook) Find(title string) (*StoredNote, error) {
	n.lock.Lock()
	defer n.lock.Unlock()
	notes, err := n.read()
	note, found := notes[title]
	if err != nil || !found {
		return nil, err
	}
	note.Password = nil
	return &note, nil
}

// Save writes a note, and counts its changes.
func (n *Notebook) Save(note StoredNote) (StoredNote, error) {
	n.lock.Lock()
	defer n.lock.Unlock()
	notes, err := n.read()
	if err != nil {
		return StoredNote{}, err
	}
	if note.Tags == nil {
		note.Tags = []string{}
	}
	note.Revision = notes[note.Title].Revision + 1
	notes[note.Title] = note
	return note, n.write(notes)
}

// Remove deletes a note, if it exists.
func (n *Notebook) Remove(title string) error {
	n.lock.Lock()
	defer n.lock.Unlock()
	notes, err := n.read()
	if err != nil {
		return err
	}
	delete(notes, title)
	return n.write(notes)
}

func (n *Notebook) read() (map[string]StoredNote, error) {
	notes := map[string]StoredNote{}
	text, err := os.ReadFile(n.file)
	if errors.Is(err, fs.ErrNotExist) {
		return notes, nil
	}
	if err != nil {
		return nil, err
	}
	return notes, json.Unmarshal(text, &notes)
}

func (n *Notebook) write(notes map[string]StoredNote) error {
	text, err := json.MarshalIndent(notes, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(n.file, text, 0o666)
}
