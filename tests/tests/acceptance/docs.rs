//! What users copy works: the examples, and every block of the docs.

use std::{
    fs,
    path::{Path, PathBuf},
};

use guard_tests::{
    Error, Result,
    aws::Aws,
    chain::Guard,
    paths,
    terraform::{Workspace, requirements},
    world::World,
};

/// A block, or the files of an example, in a folder of its own.
struct Sample {
    from: String,
    files: Vec<(String, String)>,
}

#[test]
fn every_example_and_every_block_of_the_docs_is_formatted_and_valid() -> Result<()> {
    // Validating needs no AWS.
    let terraform = Workspace::new(&Aws::nobody())?;
    let samples = samples()?;
    assert!(samples.len() > 10, "only {} samples found", samples.len());
    for (number, sample) in samples.iter().enumerate() {
        let folder = format!("{number}");
        fs::create_dir(terraform.path().join(&folder)).map_err(Error::io("making a folder"))?;
        for (name, text) in &sample.files {
            terraform.write(&format!("{folder}/{name}"), text)?;
        }
    }
    let from = |number: usize| format!("{number} is {}", samples[number].from);
    let list = || (0..samples.len()).map(from).collect::<Vec<_>>().join("\n");
    if let Err(error) = terraform.run(&["fmt", "-check", "-recursive", "-diff"]) {
        panic!("{error}\n{}", list());
    }
    for (number, sample) in samples.iter().enumerate() {
        let folder = format!("-chdir={number}");
        if let Err(error) = terraform.run(&[&folder, "validate", "-no-color"]) {
            panic!("{}: {error}", sample.from);
        }
    }
    Ok(())
}

#[test]
fn the_main_example_is_built_and_taken_away() -> Result<()> {
    let world = World::new()?;
    world.hire(&Guard::new("222222222222", "eu-west-1", "backup-script"))?;
    world.hire(&Guard::new("333333333333", "us-east-1", "deploy-script"))?;
    for file in ["provider/provider.tf", "resources/guard_iam_user/resource.tf"] {
        let name = file.rsplit('/').next().unwrap_or(file);
        world.terraform.write(name, &read(&paths::root().join("examples").join(file))?)?;
    }
    world.apply()?;
    assert_eq!(world.state("backup")?["status"], "armed");
    assert_eq!(world.state("deploy")?["status"], "armed");
    world.destroy()
}

fn samples() -> Result<Vec<Sample>> {
    let examples = paths::root().join("examples");
    let mut samples = vec![example(&[examples.join("organization")])?];
    for folder in
        ["resources/guard_iam_user", "data-sources/guard_iam_user", "data-sources/guard_permissions"]
    {
        samples.push(example(&[examples.join(folder), examples.join("provider")])?);
    }
    let docs = paths::root().join("docs");
    let mut pages = vec![paths::root().join("README.md")];
    for folder in [docs.clone(), docs.join("resources"), docs.join("data-sources"), docs.join("guides")] {
        pages.extend(files(&folder, "md")?);
    }
    for page in pages {
        for (line, text) in blocks(&read(&page)?) {
            let mut files = vec![("main.tf".to_owned(), text)];
            if !files[0].1.contains("required_providers") {
                files.push(("terraform.tf".to_owned(), requirements()));
            }
            samples.push(Sample { from: format!("{}:{line}", page.display()), files });
        }
    }
    Ok(samples)
}

/// An example, whose folders are put together.
fn example(folders: &[PathBuf]) -> Result<Sample> {
    let mut all = Vec::new();
    for path in folders.iter().map(|folder| files(folder, "tf")).collect::<Result<Vec<_>>>()?.concat() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        all.push((name, read(&path)?));
    }
    Ok(Sample { from: folders[0].display().to_string(), files: all })
}

/// The blocks of a page that are Terraform's, with their lines. A block in a list is indented.
fn blocks(page: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        if matches!(line.trim_start(), "```terraform" | "```hcl") {
            let block = lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim() != "```");
            let text: Vec<_> = block.map(|line| line.get(indent..).unwrap_or_default()).collect();
            found.push((number + 1, text.join("\n") + "\n"));
        }
    }
    found
}

fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let listed = fs::read_dir(folder).map_err(Error::io(format!("listing {}", folder.display())))?;
    let paths = listed.flatten().map(|entry| entry.path());
    let mut found: Vec<_> = paths.filter(|path| path.extension().is_some_and(|is| is == extension)).collect();
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(Error::io(format!("reading {}", path.display())))
}
