package kit

import "spaces/store"

// Bookmarks are the places that are kept by a name, and those that were visited last, from one run of the program to the
// next. They are files: methods are for requests, never for Update or View. They may be called at once, by several
// programs too.
type Bookmarks interface {
	// Marks are all, in the order in which they were added.
	Marks() ([]Mark, error)
	// Mark keeps a place. One that is kept already gets the name.
	Mark(Mark) error
	// Unmark gives a place up.
	Unmark(store.Place) error

	// Visited are the last places, the very last first: at most MostVisited.
	Visited() ([]store.Place, error)
	// Visit notes that a place is visited.
	Visit(store.Place) error
}

// MostVisited is how many places are remembered.
const MostVisited = 50

// Mark is a place that is kept. Its Key is "": it is of a folder and not of the cursor.
type Mark struct {
	Name  string
	Place store.Place
}
