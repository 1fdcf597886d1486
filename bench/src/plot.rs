//! The speeds as a picture: a bar for each contender, a group for each set.

use std::fmt::Write;

use crate::speed::{Speed, Speeds};

const WIDTH: f64 = 420.0;
const ROW: usize = 18;
const COLORS: [&str; 5] = ["#0b6e4f", "#9aa5b1", "#cbd2d9", "#d98e04", "#b44c43"];

/// An SVG of those sets.
pub(crate) fn speeds(sets: &[(String, Speeds)]) -> String {
    let fastest = sets.iter().flat_map(|(_, speeds)| speeds).map(|it| it.speed).fold(1.0, f64::max);
    let (mut rows, mut y) = (String::new(), 10);
    for (set, speeds) in sets {
        y += ROW;
        row(&mut rows, format_args!("<text x=\"8\" y=\"{y}\" font-weight=\"bold\">{set}</text>"));
        for (Speed { name, speed, .. }, color) in speeds.iter().zip(COLORS) {
            y += ROW;
            let (width, top) = (speed / fastest * WIDTH, y - 12);
            let end = 270.0 + width;
            row(&mut rows, format_args!("<text x=\"8\" y=\"{y}\">{name}</text>"));
            row(
                &mut rows,
                format_args!(
                    "<rect x=\"262\" y=\"{top}\" width=\"{width:.0}\" height=\"14\" fill=\"{color}\"/>\
                     <text x=\"{end:.0}\" y=\"{y}\">{speed:.0} MB/s</text>"
                ),
            );
        }
        y += ROW / 2;
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"780\" height=\"{}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n{rows}</svg>\n",
        y + 12
    )
}

fn row(rows: &mut String, row: std::fmt::Arguments<'_>) {
    writeln!(rows, "{row}").expect("memory takes everything");
}
